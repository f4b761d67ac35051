/** What happens in the gateway, told to people. Events inform; nothing is decided from them. */
export interface ServiceEvents {
  /** Shown in console, CLI and `GET /events`, with this service's id. */
  append(event: { readonly message: string; readonly data?: Readonly<Record<string, unknown>> }): void;
}
