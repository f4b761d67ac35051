import encodeQR from 'qr';
import { useMemo, type ReactElement } from 'react';
import { qrPath } from './qr-path.js';

/** Dark on light in both themes: that is what cameras read. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const { path, size } = useMemo(() => qrPath(encodeQR(text, 'raw', { ecc: 'medium', border: 4 })), [text]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
