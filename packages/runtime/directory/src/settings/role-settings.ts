import { everywhere, roles } from '@fieldwarden/gateway-contract';
import { z } from 'zod';

const group = z
  .string()
  .min(1)
  .max(1024)
  .meta({
    description:
      'Of a directory the distinguished name of the group, of a provider the value in the groups of its token.',
    examples: ['cn=operators,ou=groups,dc=plant'],
  });

const area = z
  .string()
  .min(1)
  .max(512)
  .meta({ description: 'Glob over paths of tags.', examples: ['packaging/**'] });

/** Which groups have which role, and for which tags. */
export const roleSettings = z
  .strictObject({
    role: z
      .enum(roles)
      .meta({ description: `What members may do. One of ${roles.join(', ')}.`, examples: ['operator'] }),
    groups: z
      .array(group)
      .min(1)
      .max(1000)
      .meta({ description: 'Whose members have the role.', examples: [['cn=operators,ou=groups,dc=plant']] }),
    areas: z
      .array(area)
      .min(1)
      .max(1000)
      .default([...everywhere])
      .meta({
        description:
          'Tags that members may write, and whose alarms they may acknowledge: `*` stands for a segment or a part of one, `**` for any number of segments. Default: `**`, all.',
        examples: [['packaging/**']],
      }),
  })
  .meta({ description: 'A role and the groups that have it.' });

export type RoleSettings = z.output<typeof roleSettings>;
