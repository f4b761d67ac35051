import assert from 'node:assert/strict';
import { statusName } from '@fieldwarden/core';
import type { DiscoveredNode, DiscoverQuery } from '@fieldwarden/driver';
import { testCall } from '../../test-call.js';
import type { CaseSetting, ContractCase } from './contract-case.js';
import { rejectionOf } from './exchange.js';

const uses = ['discover'] as const;

/** More pages than any simulated device fills. */
const maxPages = 1_000;

const fromTheTop: DiscoverQuery = { parent: undefined, text: undefined, cursor: undefined, limit: 1_000 };

export const discoverCases: readonly ContractCase[] = [
  {
    sentence: 'lists the same nodes in small pages as in one large page, none of them twice',
    uses,
    async run(setting) {
      const whole = await allNodes(setting, fromTheTop);
      assert(whole.length > 0, 'the device offers something');
      const addresses = whole.map(({ address }) => address);
      assert.equal(new Set(addresses).size, addresses.length, 'a node is listed twice');
      for (const limit of [1, 2]) assert.deepEqual(await allNodes(setting, { ...fromTheTop, limit }), whole);
    },
  },
  {
    sentence: 'finds nodes by a part of their name or address, in upper or lower case alike',
    uses,
    async run(setting) {
      const [wanted] = await allNodes(setting, fromTheTop);
      for (const text of [wanted.name.toUpperCase(), wanted.address.toLowerCase()]) {
        const found = await allNodes(setting, { ...fromTheTop, text });
        assert(
          found.some(({ address }) => address === wanted.address),
          `${wanted.address} is not found by ${text}`,
        );
        for (const node of found) assert(contains(node, text), `${node.address} was found by ${text}`);
      }
    },
  },
  {
    sentence: 'refuses a cursor that it never gave, as BadContinuationPointInvalid',
    uses,
    async run({ session, device }) {
      const query = { ...fromTheTop, cursor: 'a cursor that nobody gave' };
      const refusal = await rejectionOf(session.discover!(device.deviceId, query, testCall()), 2_000, 'discover');
      assert.equal(refusal.kind, 'rejected');
      assert.equal(statusName(refusal.status), 'BadContinuationPointInvalid');
    },
  },
  {
    sentence: 'refuses to look under a node that the device does not have, as BadNodeIdUnknown',
    needs: ['missingNode'],
    uses,
    async run({ session, device }) {
      const query = { ...fromTheTop, parent: device.missingNode };
      const refusal = await rejectionOf(session.discover!(device.deviceId, query, testCall()), 2_000, 'discover');
      assert.equal(refusal.kind, 'rejected');
      assert.equal(statusName(refusal.status), 'BadNodeIdUnknown');
    },
  },
];

async function allNodes({ session, device }: CaseSetting, query: DiscoverQuery): Promise<readonly DiscoveredNode[]> {
  const found: DiscoveredNode[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await session.discover!(device.deviceId, { ...query, cursor }, testCall({ timeoutMs: 5_000 }));
    assert(page.nodes.length <= query.limit, `${page.nodes.length} nodes on a page of ${query.limit}`);
    found.push(...page.nodes);
    cursor = page.nextCursor;
    if (cursor === undefined) return found;
  }
  assert.fail(`no end after ${maxPages} pages`);
}

function contains({ name, address }: DiscoveredNode, text: string): boolean {
  return [name, address].some((one) => one.toLowerCase().includes(text.toLowerCase()));
}
