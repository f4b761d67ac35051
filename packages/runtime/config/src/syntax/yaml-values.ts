import { readYaml, type YamlBuilder } from './yaml-reader.js';

type Group = Record<string, unknown>;

const plainValues: YamlBuilder<unknown, Group, unknown[]> = {
  scalar: (value) => value,
  group: () => ({}),
  pair(group, key, _at, value) {
    if (Object.hasOwn(group, key)) return false;
    group[key] = value;
    return true;
  },
  endGroup: (group) => group,
  list: () => [],
  item: (list, _start, value) => void list.push(value),
  endList: (list) => list,
};

/** Text as plain values; undefined for what the library has to read. */
export function yamlValues(text: string): unknown {
  return readYaml(text, plainValues);
}
