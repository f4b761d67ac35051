import { fileURLToPath } from 'node:url';

/** Modbus devices in a process of their own, so that a benchmark measures the gateway without them. */
export const responder = fileURLToPath(import.meta.resolve('@fieldwarden/sim-plc/modbus-responder'));

/** One Modbus driver for each port, with so many float tags polled each second, `folderTags` in a folder; no OPC UA server. */
export function pollPlant(ports: readonly number[], tags: number, folderTags = 100) {
  return {
    version: 1,
    site: 'bench',
    opcua: { enabled: false },
    drivers: ports.map((port, driver) => ({
      id: `plc-${driver}`,
      type: 'modbus',
      options: { host: '127.0.0.1', port },
      devices: [
        {
          id: 'unit',
          options: { unitId: 1 },
          tags: Array.from({ length: tags }, (_, i) => ({
            path: `line${driver}/block${Math.floor(i / folderTags)}/value${i}`,
            address: `HR${2 * i}`,
            dataType: 'float32',
            scanMs: 1_000,
          })),
        },
      ],
    })),
  };
}
