import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { TagSource } from '@fieldwarden/service';
import type { MapFinding, MappedTag } from './map/map-entry.js';
import { compileRegisterMap, type RegisterMap } from './map/register-map.js';
import type { UnitSettings } from './settings.js';

/** One unit as it is served now. */
export interface ServedUnit {
  readonly settings: UnitSettings;
  readonly map: RegisterMap;
}

interface KeptUnit {
  readonly settings: UnitSettings;
  /** Undefined when tags of it came or went since it was compiled. */
  map: RegisterMap | undefined;
}

/** Unit ids that mean «whoever is there» (Modbus Messaging on TCP/IP V1.0b, 4.4.2.1). */
const anyUnit: readonly number[] = [0, 255];

/** The maps of all units, bound to the handles of the tags. A unit is compiled again by the first request after its tags changed. */
export class ServedUnits implements Disposable {
  readonly #tags: TagSource;
  readonly #units: ReadonlyMap<number, KeptUnit>;
  readonly #unitsOfPath = new Map<string, KeptUnit[]>();
  readonly #following: Disposable;

  constructor(units: readonly UnitSettings[], tags: TagSource) {
    this.#tags = tags;
    this.#units = new Map(units.map((settings) => [settings.unitId, { settings, map: undefined }]));
    for (const unit of this.#units.values()) this.#rememberPaths(unit);
    for (const unit of this.#units.values()) this.#compiled(unit);
    const outdated = (handles: Uint32Array): void => this.#outdate(handles);
    // Last: nobody could end it if the tags could not be asked.
    this.#following = tags.onDefinition({ defined: outdated, removed: outdated, redefined: outdated });
  }

  /** With one unit only, the ids 0 and 255 mean it too. */
  get(unitId: number): ServedUnit | undefined {
    const unit = this.#units.get(unitId) ?? this.#onlyUnit(unitId);
    return unit && { settings: unit.settings, map: this.#compiled(unit) };
  }

  /** Rows that are not served as written. Empty for a document that passed its checks and tags that are as it says. */
  findings(): readonly (MapFinding & { readonly unitId: number })[] {
    return [...this.#units].flatMap(([unitId, unit]) =>
      this.#compiled(unit).findings.flatMap((finding) => (finding.severity === 'error' ? { unitId, ...finding } : [])),
    );
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
  }

  #onlyUnit(unitId: number): KeptUnit | undefined {
    if (this.#units.size !== 1 || !anyUnit.includes(unitId)) return undefined;
    return this.#units.values().next().value;
  }

  #rememberPaths(unit: KeptUnit): void {
    for (const path of new Set(unit.settings.map.map((row) => row.path))) {
      const units = this.#unitsOfPath.get(path);
      if (units) units.push(unit);
      else this.#unitsOfPath.set(path, [unit]);
    }
  }

  #outdate(handles: Uint32Array): void {
    for (const handle of handles) {
      const path = this.#tags.definition(handle)?.path;
      if (path === undefined) continue;
      for (const unit of this.#unitsOfPath.get(path) ?? []) unit.map = undefined;
    }
  }

  #compiled(unit: KeptUnit): RegisterMap {
    unit.map ??= compileRegisterMap(unit.settings, (path) => this.#tag(path));
    return unit.map;
  }

  #tag(path: string): MappedTag | undefined {
    const handle = this.#tags.handleOf(path);
    const definition: TagDefinition | undefined = handle === undefined ? undefined : this.#tags.definition(handle);
    return definition && { handle: handle!, type: definition.type, access: definition.access };
  }
}
