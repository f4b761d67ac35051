import { ApiError } from '../../api/api-error.js';
import { exportConfiguration } from '../../api/config-requests.js';
import { toast } from '../../parts/toasts.js';

/** Lets the browser save a generation as a file. */
export function download(format: 'yaml' | 'csv', generation: number): void {
  exportConfiguration(format, generation).then(
    (text) => saveAs(`generation-${generation}.${format}`, text),
    (error: unknown) => toast('fault', `Generation ${generation} was not exported: ${ApiError.of(error).message}`),
  );
}

function saveAs(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
