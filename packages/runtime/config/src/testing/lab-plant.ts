/** A plant as a lab has it: two drivers, three devices, every field of a tag in use. Without findings. */
export const labPlant = `
version: 1
site: lab
logging: { level: debug, json: true }
drivers:
  - id: packaging
    type: press
    isolation: auto
    options: { host: 127.0.0.1, port: 5020, timeoutMs: 500 }
    resilience:
      bulkhead: { concurrent: 4, queued: 64 }
      breaker: { failures: 3, probeMs: 200, maxProbeMs: 400 }
      read: { timeoutMs: 3000, retries: 2 }
      write: { retries: 1 }
      writeWhileDemoted: try
    devices:
      - id: filler
        options: { unitId: 1 }
        tags:
          - { path: packaging/filler/speed, address: 400001, dataType: float32, unit: 1/min, deadband: { percent: 1 },
              limits: { min: 0, max: 300 } }
          - { path: packaging/filler/setpoint, address: 400101, dataType: float32, access: read-write,
              writeIdempotent: true, verify: true, limits: { min: 0, max: 120 }, description: Bottles per minute }
          - { path: packaging/filler/start, address: 000001, dataType: bool, access: read-write }
      - id: capper
        options: { unitId: 2, words: little }
        tags:
          - { path: packaging/capper/torque, address: 400001.10, dataType: uint16,
              scaling: { rawLow: 0, rawHigh: 4000, low: 100, high: -100, clamp: true }, scanMs: 500 }
          - { path: packaging/capper/heads, address: 410001, dataType: "int16[12]", scaling: { gain: 0.1 } }
  - id: arm
    type: robot
    enabled: false
    options: { host: 127.0.0.1 }
    supervision: { hangKillMs: 500, backoff: { initialMs: 10 }, crashLoop: { crashes: 3 } }
    devices:
      - id: controller
        tags:
          - { path: arm/axis-1/angle, address: "100", dataType: float64 }
internalTags: []
stateMachines: []
flows: []
history: {}
mqtt:
users: []
opcua: { securityPolicies: [Basic256Sha256], anonymous: false, port: 0 }
`;
