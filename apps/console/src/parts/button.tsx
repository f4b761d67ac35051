import type { ButtonHTMLAttributes, MouseEvent, ReactElement } from 'react';
import { allowed, type May } from '../access/may.js';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'primary' | 'danger' | 'plain';
  readonly small?: boolean;
  /** Whether the person before the screen may do it. If not, it can be reached and says why, and does nothing. */
  readonly may?: May;
}

export function Button({
  look,
  small,
  className = '',
  type = 'button',
  may = allowed,
  ...rest
}: ButtonProps): ReactElement {
  const classes = ['button', look, small && 'small', className].filter(Boolean).join(' ');
  const refusal = may.allowed ? {} : { 'aria-disabled': true, title: may.reason, onClick: doNothing };
  return <button className={classes} type={type} {...rest} {...refusal} />;
}

/** Nor send a form. */
function doNothing(event: MouseEvent): void {
  event.preventDefault();
}
