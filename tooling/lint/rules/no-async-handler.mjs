/** Whatever is handed to these is called by Node or a library, which looks at no promise. */
const takesHandler = new Set([
  'on', 'once', 'addListener', 'prependListener', 'prependOnceListener', 'addEventListener',
  'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'nextTick', 'setTimer',
]); // prettier-ignore

/**
 * SPEC §3.6: nothing rejects unseen. `no-misused-promises` refuses an async function where the parameter's type says `void`; some types say
 * less (`Function` of process.nextTick, listeners typed `any`). Here the name of what is called decides.
 */
export const noAsyncHandler = {
  meta: {
    type: 'problem',
    docs: { description: 'no async function as a handler of events or timers' },
    messages: {
      unseen:
        '`{{callee}}` looks at no promise: what this handler rejects with, nobody sees. Make it a plain function that catches: ' +
        '`() => void work().catch(…)`.',
    },
    schema: [],
  },

  create(context) {
    const services = context.sourceCode.parserServices;
    if (!services?.program) throw new Error('no-async-handler looks at types: parserOptions.projectService is missing');
    const checker = services.program.getTypeChecker();

    return {
      CallExpression({ callee, arguments: given }) {
        const name = nameOf(callee);
        if (!takesHandler.has(name)) return;
        const handler = given.find((argument) => returnsPromise(argument));
        if (handler) context.report({ node: handler, messageId: 'unseen', data: { callee: name } });
      },
    };

    function returnsPromise(node) {
      if (node.type === 'SpreadElement') return false;
      const signatures = services.getTypeAtLocation(node).getCallSignatures();
      return signatures.some((signature) => isThenable(checker.getReturnTypeOfSignature(signature)));
    }

    function isThenable(type) {
      return (type.isUnion() ? type.types : [type]).some((part) => part.getProperty('then') !== undefined);
    }
  },
};

function nameOf(callee) {
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' && callee.property.type !== 'Literal' ? callee.property.name : undefined;
}
