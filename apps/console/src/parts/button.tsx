import type { ButtonHTMLAttributes, ReactElement } from 'react';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'primary' | 'danger' | 'plain';
  readonly small?: boolean;
}

export function Button({ look, small, className = '', type = 'button', ...rest }: ButtonProps): ReactElement {
  const classes = ['button', look, small && 'small', className].filter(Boolean).join(' ');
  return <button className={classes} type={type} {...rest} />;
}
