/** As much of a stream of server-sent events as the connection needs: the browser's, or a test's. */
export interface EventSourceLike {
  on(type: string, listener: (data: string) => void): void;
  onOpen(listener: () => void): void;
  onError(listener: () => void): void;
  close(): void;
}

export type OpenEventSource = (url: string) => EventSourceLike;

export const openBrowserEventSource: OpenEventSource = (url) => {
  const source = new EventSource(url);
  return {
    on: (type, listener) => source.addEventListener(type, ({ data }: MessageEvent<string>) => listener(data)),
    onOpen: (listener) => source.addEventListener('open', listener),
    onError: (listener) => source.addEventListener('error', listener),
    close: () => source.close(),
  };
};
