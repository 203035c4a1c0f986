// Where K03 stands, and that somebody looked: followthrough sandbox -- node use.ts
import { send } from "./client.ts";

const { FOLLOWTHROUGH_GRAPHQL_URL: address, FOLLOWTHROUGH_TOKEN_EDITOR: token } = process.env;
if (!address || !token) throw new Error("run it by followthrough sandbox");

const { commitment } = await send(address, "Standing", { key: "K03" });
console.log(`${commitment?.title}: ${commitment?.status?.value}, ${commitment?.status?.daysSilent} days silent`);

const input = { trackable: "K03", checkedOn: { edtf: "2025-07-01" }, accept: true };
const { recordCheck } = await send(address, "RecordCheck", { input }, token);
const [fault] = recordCheck?.userErrors ?? [];
console.log(fault ? `${fault.path}: ${fault.message}` : "recorded");
