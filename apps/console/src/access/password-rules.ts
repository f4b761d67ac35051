/** As the gateway has it (SPEC §13.1). */
export const passwordLength = { least: 12, most: 256 } as const;

export interface PasswordRule {
  readonly text: string;
  readonly kept: boolean;
}

/**
 * Length over composition. Shown while somebody types; the gateway decides, and it also knows the passwords that everybody tries first.
 * `name` is that of the account.
 */
export function passwordRules(password: string, name: string): readonly PasswordRule[] {
  const plain = password.toLowerCase();
  return [
    { text: `at least ${passwordLength.least} characters`, kept: [...password].length >= passwordLength.least },
    {
      text: 'without the name of the account in it',
      kept: password !== '' && !(name.length > 2 && plain.includes(name.toLowerCase())),
    },
    { text: 'at least 5 different characters', kept: new Set(plain).size >= 5 },
  ];
}
