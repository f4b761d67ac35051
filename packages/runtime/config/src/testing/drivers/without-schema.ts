export default { type: 'bare', version: '1', tier: 'A', entry: import.meta.url, address: String, create: () => ({}) };
