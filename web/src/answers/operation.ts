/** The type of every object of an answer, from the operation that it answers and the schema. */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from "graphql";
import { type Asked, isObject, type Json, type Shape, type ShapeOf } from "./shapes";

/** What was sent. */
export interface Request {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Walks `data` beside its operation. A request that could not have been answered gives no shapes. */
export function shapesOf(data: unknown, request: Request, schema: GraphQLSchema): ShapeOf {
  const shapes = new WeakMap<Json, Shape>();
  const found = operationOf(request);
  const root = found && schema.getRootType(found.operation.operation);
  if (found && root) {
    const { coerced } = getVariableValues(
      schema,
      found.operation.variableDefinitions ?? [],
      request.variables ?? {},
    );
    if (coerced) {
      const walk = new Walk(schema, found.fragments, coerced, shapes);
      walk.object(data, [root], root.name, [found.operation.selectionSet]);
    }
  }
  return (object) => shapes.get(object);
}

function operationOf({ query, operationName }: Request) {
  let definitions;
  try {
    definitions = parse(query, { noLocation: true }).definitions;
  } catch {
    return null;
  }
  const operation = definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (!operationName || definition.name?.value === operationName),
  );
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return operation && { operation, fragments: new Map(fragments.map((each) => [each.name.value, each])) };
}

class Walk {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly variables: Record<string, unknown>,
    private readonly shapes: WeakMap<Json, Shape>,
  ) {}

  object(
    value: unknown,
    possible: readonly GraphQLObjectType[],
    declared: string,
    selections: readonly SelectionSetNode[],
  ): void {
    if (Array.isArray(value)) {
      for (const item of value) this.object(item, possible, declared, selections);
      return;
    }
    if (!isObject(value)) return;
    const stated = possible.filter((type) => type.name === value["__typename"]);
    // Only one type of an interface may have answered with just these members.
    const fitting = (stated.length > 0 ? stated : possible)
      .map((type) => ({ type, asked: this.collect(type, selections) }))
      .filter(({ asked }) => Object.keys(value).length === asked.size && Object.keys(value).every((key) => asked.has(key)));
    const chosen = fitting[0];
    if (chosen === undefined) return;
    const fields = new Map<string, Asked>();
    for (const [key, nodes] of chosen.asked) this.field(value[key], key, chosen.type, nodes, fields);
    this.shapes.set(value, { type: fitting.length === 1 ? chosen.type.name : declared, fields });
  }

  private field(
    value: unknown,
    key: string,
    parent: GraphQLObjectType,
    nodes: readonly FieldNode[],
    fields: Map<string, Asked>,
  ): void {
    const node = nodes[0]!;
    const definition = parent.getFields()[node.name.value];
    if (definition === undefined) return; // __typename, or unknown to this schema
    fields.set(key, {
      name: definition.name,
      arguments: getArgumentValues(definition, node, this.variables),
    });
    const type = getNamedType(definition.type);
    if (!isCompositeType(type)) return;
    const possible = isObjectType(type) ? [type] : this.schema.getPossibleTypes(type);
    this.object(value, possible, type.name, nodes.flatMap((each) => each.selectionSet ?? []));
  }

  /** The fields that an object of this type answers, by the name in the answer. */
  private collect(
    type: GraphQLObjectType,
    selections: readonly SelectionSetNode[],
    found = new Map<string, FieldNode[]>(),
  ): Map<string, FieldNode[]> {
    for (const selection of selections.flatMap((set) => set.selections)) {
      if (this.isLeftOut(selection.directives ?? [])) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        found.set(key, [...(found.get(key) ?? []), selection]);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
      if (fragment && this.applies(fragment.typeCondition?.name.value, type)) {
        this.collect(type, [fragment.selectionSet], found);
      }
    }
    return found;
  }

  private applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const named = this.schema.getType(condition);
    return isAbstractType(named) && this.schema.isSubType(named, type);
  }

  private isLeftOut(directives: NonNullable<FieldNode["directives"]>): boolean {
    return directives.some(({ name, arguments: given }) => {
      const value = given?.[0]?.value;
      const condition =
        value?.kind === Kind.VARIABLE
          ? this.variables[value.name.value]
          : value?.kind === Kind.BOOLEAN && value.value;
      return (name.value === "skip" && condition === true) || (name.value === "include" && condition === false);
    });
  }
}
