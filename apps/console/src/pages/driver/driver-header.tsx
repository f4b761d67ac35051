import { availableActions } from '@fieldwarden/gateway-contract';
import type { DriverDetail } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useMay } from '../../access/use-may.js';
import { askForAction } from '../../fleet/action-dialog.js';
import { actionTexts } from '../../fleet/driver-actions.js';
import { DriverBadge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';

export function DriverHeader({ driver }: { readonly driver: DriverDetail }): ReactElement {
  const may = useMay('operate');
  const { id, state, type, tier, isolation, pid } = driver;
  return (
    <header>
      <div className="toolbar">
        <h1>{id}</h1>
        <DriverBadge state={state} tagsBad={driver.tagsBad} />
        <span className="soft">
          {type}, tier {tier}, {isolation === 'host' ? `own Host${pid === null ? '' : `, pid ${pid}`}` : 'in-process'}
        </span>
        <Link href={`/tags?driver=${id}`}>Its tags</Link>
      </div>
      <div className="toolbar">
        {availableActions(driver).map((action) => (
          <Button key={action} small may={may} onClick={() => askForAction(driver, action)}>
            {actionTexts[action].label}
          </Button>
        ))}
      </div>
    </header>
  );
}
