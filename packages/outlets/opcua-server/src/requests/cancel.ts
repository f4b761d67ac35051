import { StatusCodes, type PublishRequest, type ServerSession, type StatusCode as UaStatusCode } from 'node-opcua';

interface WaitingPublish {
  readonly request: PublishRequest;
}

/** Members of the library's publish engine that its types call private. */
interface PublishQueue {
  _publish_request_queue: WaitingPublish[];
  _send_error_for_request(publish: WaitingPublish, status: UaStatusCode): void;
}

/** Ends the Publish requests of this handle; returns how many there were. */
export function cancelPublishes({ publishEngine }: ServerSession, requestHandle: number): number {
  const queue = publishEngine as unknown as PublishQueue;
  const isMeant = ({ request }: WaitingPublish): boolean => request.requestHeader.requestHandle === requestHandle;
  const cancelled = queue._publish_request_queue.filter(isMeant);
  queue._publish_request_queue = queue._publish_request_queue.filter((publish) => !isMeant(publish));
  for (const publish of cancelled) queue._send_error_for_request(publish, StatusCodes.BadRequestCancelledByClient);
  return cancelled.length;
}
