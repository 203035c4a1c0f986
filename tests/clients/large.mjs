// Sends bodies that are too large, as an application in Node would, and prints what it is answered.
const [base] = process.argv.slice(2);
const body = "x".repeat(20_000_000);

for (const path of ["/graphql", "/nothing", "/commitments/K03"]) {
  for (const headers of [{}, { connection: "close" }]) {
    const answer = await fetch(base + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    const { errors } = await answer.json();
    console.log(JSON.stringify({ path, status: answer.status, code: errors[0].extensions.code }));
  }
}
