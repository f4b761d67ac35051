import { ApiError } from '../../api/api-error.js';
import { exportConfiguration } from '../../api/config-requests.js';
import { saveAs } from '../../parts/save-as.js';
import { toast } from '../../parts/toasts.js';

/** Lets the browser save a generation as a file. */
export function download(format: 'yaml' | 'csv', generation: number): void {
  exportConfiguration(format, generation).then(
    (text) => saveAs(`generation-${generation}.${format}`, text),
    (error: unknown) => toast('fault', `Generation ${generation} was not exported: ${ApiError.of(error).message}`),
  );
}
