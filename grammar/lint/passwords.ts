/** Advice on passwords of adverts. */
import { advice, has, inside, type LintRule, rootBlocks } from './rule.ts';

/** Passwords of samples and tutorials; everyone has them. */
const SAMPLES = new Set(['1111', '1234', '12345', '123456', 'password', 'secret', 'changeme', 'keepalived']);

export const weakPassword: LintRule = {
  code: 'AV0909',
  check: (context) =>
    rootBlocks(context, 'vrrp_instance').flatMap((instance) => {
      const passwords = inside(instance, 'authentication').flatMap((block) => inside(block, 'auth_pass'));
      return passwords.flatMap((line) => {
        const sample = SAMPLES.has((line.words[1] ?? '').toLowerCase());
        const clear = has(instance, 'unicast_peer');
        const why = [
          ...(sample ? ['it is the password of a sample'] : []),
          ...(clear ? ['it crosses routers in clear text in every unicast advert'] : []),
          ...(context.worldReadable ? ['everybody on this machine can read this file'] : []),
        ];
        if (why.length === 0) return [];
        const help = context.worldReadable ? ['chmod 600 keeps the file to root.'] : [];
        return [
          advice({
            code: 'AV0909',
            text: `The password protects nothing: ${why.join(', ')}`,
            span: line.span,
            help,
          }),
        ];
      });
    }),
};
