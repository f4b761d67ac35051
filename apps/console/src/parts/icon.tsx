import type { ReactElement } from 'react';

/** Drawn on 16 × 16 with strokes of the text's colour. */
const shapes = {
  check: 'M2.8 8.4 6.4 12l6.8-7.6',
  warning: 'M8 1.8 14.8 14H1.2zM8 6.2v3.6M8 11.6v.7',
  fault: 'M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2zM5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8',
  retry: 'M13.4 8A5.4 5.4 0 1 1 11.6 4M13.6 1.6V4.6H10.6',
  hourglass: 'M4 1.8h8M4 14.2h8M4.8 2c0 4 6.4 4 6.4 12M11.2 2c0 4-6.4 4-6.4 12',
  stopped: 'M3.5 3.5h9v9h-9z',
  question: 'M5.4 5.6a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3 1-1.3 2M8 12.2v.8',
  'off-scan': 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M3.7 3.7l8.6 8.6',
  overview: 'M2 2h5v7H2zM9 2h5v4H9zM9 8h5v6H9zM2 11h5v3H2z',
  hosts: 'M2 2.5h12v4H2zM2 9.5h12v4H2zM4.5 4.5h.5M4.5 11.5h.5',
  services: 'M8 1.8v4M8 10.2v4M1.8 8h4M10.2 8h4M5.8 5.8h4.4v4.4H5.8z',
  mqtt: 'M2.5 13.5h.6M2.5 9.2a4.4 4.4 0 0 1 4.4 4.4M2.5 5.6a8 8 0 0 1 8 8M2.5 2a11.5 11.5 0 0 1 11.5 11.5',
  trends: 'M1.8 1.8v12.4h12.4M4 10.5 7 6.8l2.6 2.4 4-5.4',
  tags: 'M2 2h6l6 6-6 6-6-6zM5 5h.2',
  configuration: 'M2 4h7M12 4h2M2 8h2M7 8h7M2 12h6M11 12h3M9 2.5v3M4.5 6.5v3M8.5 10.5v3',
  certificates: 'M2 2.5h12v8H2zM4.5 5h7M4.5 7.5h4M9.6 9.4a2 2 0 1 0 3.8 0 2 2 0 1 0-3.8 0M10.2 11v3.2l1.3-1 1.3 1V11',
  users:
    'M6 7.6a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4M1.6 13.8c.3-3 2-4.4 4.4-4.4s4.1 1.4 4.4 4.4M10.6 2.6a2.6 2.6 0 0 1 0 4.8M11.8 9.7c1.6.5 2.5 1.8 2.7 4.1',
  person: 'M8 7.6A2.8 2.8 0 1 0 8 2a2.8 2.8 0 0 0 0 5.6M2.8 14c.4-3.2 2.4-4.8 5.2-4.8s4.8 1.6 5.2 4.8',
  audit: 'M3.5 1.8h9v12.4h-9zM6 5h4M6 7.6h4M6 10.2h2',
  open: 'M8 2.6a5.4 5.4 0 1 0 0 10.8A5.4 5.4 0 0 0 8 2.6',
  events: 'M5.5 3.5H14M5.5 8H14M5.5 12.5H14M2 3.5h.5M2 8h.5M2 12.5h.5',
  about: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 7.2V11M8 4.8v.4',
  ascending: 'M8 3.5v9M4.5 7 8 3.5 11.5 7',
  descending: 'M8 12.5v-9M4.5 9 8 12.5 11.5 9',
  down: 'M3.5 6 8 10.5 12.5 6',
  right: 'M6 3.5 10.5 8 6 12.5',
  more: 'M2.6 8h.8M7.6 8h.8M12.6 8h.8',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  bell: 'M3 11.5h10c-1.2-1.2-1.4-2.4-1.4-4.6a3.6 3.6 0 0 0-7.2 0c0 2.2-.2 3.4-1.4 4.6M6.8 13.6h2.4',
  offline: 'M2 2l12 12M4.6 7.4A6 6 0 0 0 2 9M14 9a6.4 6.4 0 0 0-4-2.4M6 10.6a3.4 3.4 0 0 1 4 0M8 13v.3',
} as const;

export type IconName = keyof typeof shapes;

/** Beside a word that says the same; alone only inside a control with a label. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={shapes[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
