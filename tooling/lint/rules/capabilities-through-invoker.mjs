import ts from 'typescript';

/** Where the contract lives, in a program that was built from declarations or from sources. */
const contractFile = /[/\\]contracts[/\\]driver[/\\](dist[/\\]session\.d|src[/\\]session)\.ts$/;

/** Members of a session that are its life cycle: whoever made a session opens and closes it. */
const lifeCycle = new Set(['open', 'close']);

/** @type {WeakMap<ts.Program, Contract | undefined>} */
const contracts = new WeakMap();

/**
 * @typedef {object} Contract
 * @property {ts.Type} session type DriverSession
 * @property {ReadonlySet<string>} members names of its capabilities and services
 */

/**
 * SPEC §5.6: every capability of a driver is called by the invoker and by nobody else, because nothing else applies time-out, retry,
 * breaker and bulkhead. So that no detour is overlooked (an alias, a bound method, a destructured one), touching the member at all
 * is the error, not only calling it; whether a driver has one is asked of `supports`.
 */
export const capabilitiesThroughInvoker = {
  meta: {
    type: 'problem',
    docs: { description: 'capabilities of a driver session only through the invoker' },
    messages: {
      detour:
        '`{{member}}` of a driver session is touched beside the invoker: no time-out, retry, breaker or bulkhead holds there. ' +
        'Use DeviceInvoker or SessionInvoker of @fieldwarden/invoker (`supports` tells whether a driver has it).',
    },
    schema: [],
  },

  create(context) {
    const services = context.sourceCode.parserServices;
    const program = services?.program;
    if (!program)
      throw new Error('capabilities-through-invoker looks at types: parserOptions.projectService is missing');
    if (!contracts.has(program)) contracts.set(program, findContract(program));
    const contract = contracts.get(program);
    // A program that does not know the contract has no session either.
    if (!contract) return {};
    const checker = program.getTypeChecker();
    const typeOf = (node) => services.getTypeAtLocation(node);
    const report = (node, member) => context.report({ node, messageId: 'detour', data: { member } });

    /** Reports the first of these members that a value of this type has from the contract. */
    function check(node, type, members) {
      const member = members.find((name) => isCapability(checker, contract, type, name));
      if (member !== undefined) report(node, member);
    }

    return {
      MemberExpression(node) {
        if (isAssigned(node)) return;
        check(node.property, typeOf(node.object), memberNames(node.property, node.computed, contract, typeOf));
      },
      ObjectPattern(node) {
        const type = typeOf(node);
        for (const property of node.properties) {
          if (property.type !== 'Property') continue;
          check(property, type, memberNames(property.key, property.computed, contract, typeOf));
        }
      },
      'CallExpression[callee.object.name="Reflect"][callee.property.name="get"]'(node) {
        const [target, key] = node.arguments;
        if (target && key) check(node, typeOf(target), memberNames(key, true, contract, typeOf));
      },
    };
  },
};

/** @returns {Contract | undefined} */
function findContract(program) {
  const file = program.getSourceFiles().find(({ fileName }) => contractFile.test(fileName));
  const declaration = file?.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === 'DriverSession',
  );
  if (!declaration) return undefined;
  const session = program.getTypeChecker().getTypeAtLocation(declaration);
  const members = session
    .getProperties()
    .map(({ name }) => name)
    .filter((name) => !lifeCycle.has(name));
  return { session, members: new Set(members) };
}

/** Names that this key may stand for, as far as they are members of a session. */
function memberNames(key, computed, { members }, typeOf) {
  if (!computed)
    return key.type === 'Identifier' || key.type === 'Literal' ? known(String(key.name ?? key.value), members) : [];
  const type = typeOf(key);
  const parts = type.isUnion() ? type.types : [type];
  return parts.flatMap((part) => (part.isStringLiteral() ? known(part.value, members) : []));
}

const known = (name, members) => (members.has(name) ? [name] : []);

/** The member comes from the contract's interface, or its owner could stand in for a session. */
function isCapability(checker, { session }, type, name) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    const owner = checker.getApparentType(checker.getNonNullableType(part));
    if (owner.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never)) return false;
    const property = checker.getPropertyOfType(owner, name);
    if (!property) return false;
    return isDeclaredInContract(property) || checker.isTypeAssignableTo(owner, session);
  });
}

function isDeclaredInContract(property) {
  return (property.declarations ?? []).some(
    ({ parent }) =>
      ts.isInterfaceDeclaration(parent) &&
      parent.name.text === 'DriverSession' &&
      contractFile.test(parent.getSourceFile().fileName),
  );
}

/** Giving a session a member (a fake in a test) is no call of it. */
function isAssigned(node) {
  return node.parent.type === 'AssignmentExpression' && node.parent.left === node;
}
