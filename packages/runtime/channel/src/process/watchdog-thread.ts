import { Socket } from 'node:net';
import type { Debugger, InspectorNotification } from 'node:inspector';

/** A socket pair of its own: the other one is read by the main thread, which may never read again. */
const watchdogFd = 4;

/** The answer is one line; the Supervisor makes line ends of these. */
const frameSeparator = '\u001f';

const supervisor = new Socket({ fd: watchdogFd, readable: true, writable: true });

supervisor.on('error', die);
supervisor.once('end', die);
supervisor.on('data', () => captureMainStack());

/** Only the Supervisor's death closes its end: SIGKILL leaves no time for anything else, and needs no main thread. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function captureMainStack(): void {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }: InspectorNotification<Debugger.ScriptParsedEventDataType>) => {
    urls.set(params.scriptId, params.url);
  });
  session.once('Debugger.paused', ({ params }: InspectorNotification<Debugger.PausedEventDataType>) => {
    const frames = params.callFrames.map((frame) => formatFrame(frame, urls.get(frame.location.scriptId)));
    supervisor.write(`${frames.join(frameSeparator)}\n`);
    session.post('Debugger.resume');
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
}

/** As in the stack of an Error. The inspector counts lines and columns from 0. */
function formatFrame({ functionName, location }: Debugger.CallFrame, url = '<unknown>'): string {
  const place = `${url}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
  return functionName === '' ? `    at ${place}` : `    at ${functionName} (${place})`;
}
