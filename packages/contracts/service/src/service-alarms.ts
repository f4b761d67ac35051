/** Conditions of this service that need a person, in the gateway's book of alarms (SPEC §18.1). They end with the service. */
export interface ServiceAlarms {
  /** Idempotent: raising again what is raised changes its text only. `conditionId` is stable: `outbox-full`. */
  raise(alarm: { readonly conditionId: string; readonly severity: number; readonly message: string }): void;
  clear(conditionId: string): void;
}
