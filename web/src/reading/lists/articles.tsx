/** `/articles`: the reports that all of it rests on. */
import { parameterOf } from "../address";
import { useWords } from "../context";
import { ArticlesDocument, type ArticlesQuery } from "../generated";
import { ArticleLink } from "../parts/parts";
import { put } from "../questions";
import { articlesFor } from "./choices";
import { listed, makeList } from "./list";
import { namesBeside } from "./names";

type Row = NonNullable<ArticlesQuery["articles"]>["nodes"][number];

export const articleList = makeList<Row>({
  section: "articles",
  title: (words) => words.articles,
  fields: (words) => [
    { as: "search", name: "q", label: words.search },
    { as: "choice", name: "publisher", label: words.publisher, facet: "PUBLISHER", shown: (value, names) => names[value] ?? value },
    { as: "choice", name: "year", label: words.year, facet: "YEAR", shown: (year) => year },
    { as: "choice", name: "language", label: words.language, facet: "LANGUAGE", shown: words.languageOf },
    { as: "order", name: "order", label: words.order, options: [["latest", words.orders.latest], ["earliest", words.orders.earliest]] },
  ],
  *ask(search) {
    const variables = articlesFor(search);
    const { articles } = yield* put(ArticlesDocument, variables);
    const chosen = { PUBLISHER: parameterOf(search, "publisher") };
    return listed(articles, ArticlesDocument, variables, yield* namesBeside(articles?.facets, chosen));
  },
  Rows: ({ rows }) => {
    const words = useWords();
    return (
      <ul className="plain rows">
        {rows.map((row) => (
          <li key={row.key}>
            <ArticleLink article={row} />
            <div className="who">{words.languageOf(row.inLanguage)}{" · "}{words.label(row.textKind)}</div>
          </li>
        ))}
      </ul>
    );
  },
});
