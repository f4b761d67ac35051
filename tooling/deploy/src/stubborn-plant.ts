/** One driver whose Host takes no notice of a request to stop, nor of SIGTERM: the longest way that a gateway's stop can take. */
export const stubbornPlant = {
  version: 1,
  site: 'deploy',
  opcua: { securityPolicies: ['None'], anonymous: true },
  drivers: [
    {
      id: 'stubborn',
      type: 'chaos',
      options: { refuseStop: true },
      devices: [
        {
          id: 'device',
          tags: [{ path: 'stubborn/device/count', address: 'counter', dataType: 'uint32', scanMs: 100 }],
        },
      ],
    },
  ],
};

/** INTERFACES §4: a gateway stops within this time, whatever its Hosts do. */
export const stopLimitMs = 20_000;
