import type { CertificateRow, Driver, Service } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { ApiError } from '../../api/api-error.js';
import { testDriver } from '../../api/driver-requests.js';
import { askForAction } from '../../fleet/action-dialog.js';
import type { Concern } from '../../fleet/concern.js';
import { actionTexts } from '../../fleet/driver-actions.js';
import { askForServiceRestart } from '../../fleet/service-restart-dialog.js';
import { askForCertificate } from '../../access/certificate-dialog.js';
import { useMay } from '../../access/use-may.js';
import { Button } from '../../parts/button.js';
import { toast } from '../../parts/toasts.js';

interface ConcernButtonProps {
  readonly concern: Concern;
  readonly driver: Driver | undefined;
  readonly service: Service | undefined;
}

/** The button for it, if there is one. */
export function ConcernButton({ concern, driver, service }: ConcernButtonProps): ReactElement | null {
  const { action, device, certificate } = concern;
  const may = useMay('operate');
  if (certificate) return <TrustCertificate certificate={certificate} />;
  if (action === 'restart-service') return service ? <RestartService service={service} /> : null;
  if (!action || action === 'trust-certificate' || !driver) return null;
  if (action === 'test') return <AskNow driverId={driver.id} device={device} />;
  return (
    <Button small may={may} onClick={() => askForAction(driver, action)}>
      {actionTexts[action].label}
    </Button>
  );
}

function RestartService({ service }: { readonly service: Service }): ReactElement {
  return (
    <Button small may={useMay('operate')} onClick={() => askForServiceRestart(service)}>
      Restart
    </Button>
  );
}

/** The dialog shows whose it is: a second look, and one click. */
function TrustCertificate({ certificate }: { readonly certificate: CertificateRow }): ReactElement {
  return (
    <Button small may={useMay('certificates')} onClick={() => askForCertificate(certificate, 'trust')}>
      Trust it …
    </Button>
  );
}

function AskNow({ driverId, device }: { readonly driverId: string; readonly device: string | null }): ReactElement {
  const may = useMay('operate');
  const [busy, setBusy] = useState(false);
  const ask = async (): Promise<void> => {
    setBusy(true);
    try {
      const { devices } = await testDriver(driverId);
      const asked = devices.filter((test) => device === null || test.device === device);
      const silent = asked.find(({ ok }) => !ok);
      if (asked.length === 0)
        toast('warning', `${driverId} / ${device ?? 'its devices'} was not asked: it is there no more`);
      else if (silent)
        toast('warning', `${driverId} / ${silent.device} does not answer: ${silent.error?.message ?? ''}`);
      else toast('good', `${driverId} / ${device ?? 'every device'} answers`);
    } catch (error) {
      toast('fault', `${driverId} could not be asked: ${ApiError.of(error).message}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button small may={may} disabled={busy} onClick={() => void ask()}>
      {busy ? 'Asking …' : 'Ask it now'}
    </Button>
  );
}
