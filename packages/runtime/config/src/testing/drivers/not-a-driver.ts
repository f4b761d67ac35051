export default { type: 'acme' };
