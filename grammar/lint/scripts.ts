/** Advice on scripts and their trackers. */
import type { Line } from '../cst.ts';
import { splitShellWords } from '../words.ts';
import { advice, inside, type LintContext, type LintRule, numberOf, rootBlocks } from './rule.ts';

const OWNERS = ['vrrp_instance', 'vrrp_sync_group'];

export const untrackedScript: LintRule = {
  code: 'AV0912',
  check: (context) => {
    const tracked = new Set(
      rootBlocks(context, ...OWNERS).flatMap((owner) =>
        inside(owner, 'track_script').flatMap(
          (list) => list.block?.lines.map(({ keyword }) => keyword) ?? [],
        ),
      ),
    );
    return rootBlocks(context, 'vrrp_script')
      .filter(({ words }) => words[1] !== undefined && !tracked.has(words[1]))
      .map((script) =>
        advice({
          code: 'AV0912',
          text: `Nobody tracks vrrp_script ${script.words[1]}`,
          span: script.span,
          help: [`Name it in a track_script block of an instance, or delete it.`],
        }),
      );
  },
};

export const emptyTrackBlock: LintRule = {
  code: 'AV0913',
  check: (context) =>
    rootBlocks(context, ...OWNERS)
      .flatMap((owner) =>
        inside(owner, 'track_script', 'track_interface', 'track_file', 'track_process', 'track_bfd'),
      )
      .filter(({ block }) => block?.lines.length === 0)
      .map((list) =>
        advice({ code: 'AV0913', text: `${list.keyword} is empty, so nothing is tracked`, span: list.span }),
      ),
};

/** Lines that start a command, with the block they stand in. */
function commandLines(context: LintContext): Line[] {
  const notify = /^notify(?:_|$)(?!fifo|priority)/;
  const owners = rootBlocks(context, ...OWNERS).flatMap((owner) => owner.block?.lines ?? []);
  return [
    ...rootBlocks(context, 'vrrp_script').flatMap((script) => inside(script, 'script')),
    ...owners.filter(({ keyword }) => notify.test(keyword) && keyword !== 'notify_priority_changes'),
    ...rootBlocks(context, 'global_defs').flatMap((globals) =>
      inside(globals, 'startup_script', 'shutdown_script'),
    ),
  ];
}

const SHELLS = /(?:^|\/)(?:ba|da|k|z|a)?sh$/;
const META = /^(?:[|;&<>]|&&|\|\||\d?>>?.*|\$\(.*|`.*)$|[|;]$|^\$[A-Za-z_{]|(?<=.)[|;&><](?=.)/;

export const shellSyntax: LintRule = {
  code: 'AV0914',
  check: (context) =>
    commandLines(context).flatMap((line) => {
      const rest = line.text.slice(line.text.search(/\s/) + 1).trim();
      const outer = splitShellWords(rest);
      if (!outer.ok || outer.value[0] === undefined) return [];
      const [command = '', ...args] = outer.value[0].trim().split(/\s+/).concat(outer.value.slice(1));
      // A redirection as the first word is upstream's own way to test for readability.
      if (SHELLS.test(command) || command.startsWith('<')) return [];
      const found = args.find((word) => META.test(word));
      if (found === undefined) return [];
      return [
        advice({
          code: 'AV0914',
          text: `'${found}' is handed to ${command} as an argument, because no shell is involved`,
          span: line.span,
          help: [`Put the commands into a script, or run them with /bin/sh -c '…'.`],
        }),
      ];
    }),
};

/** Longer than this, a failed service holds the addresses for a time that users notice. */
const SLOW_SECONDS = 30;

export const scriptTiming: LintRule = {
  code: 'AV0915',
  check: (context) =>
    rootBlocks(context, 'vrrp_script').flatMap((script) => {
      const interval = numberOf(script, 'interval', 1);
      const timeout = inside(script, 'timeout').at(-1);
      if (!timeout || numberOf(script, 'timeout', 0) <= interval) return [];
      return [
        advice({
          code: 'AV0915',
          text: `The timeout is longer than the interval (${interval} s), so runs are left out while one hangs`,
          span: timeout.span,
        }),
      ];
    }),
};

export const slowDetection: LintRule = {
  code: 'AV0916',
  check: (context) =>
    rootBlocks(context, 'vrrp_script').flatMap((script) => {
      const interval = numberOf(script, 'interval', 1);
      const fall = numberOf(script, 'fall', 1);
      const seconds = interval * fall + numberOf(script, 'timeout', interval);
      if (seconds <= SLOW_SECONDS) return [];
      const text = `A failure is noticed after up to ${seconds} s (interval ${interval} x fall ${fall} + timeout)`;
      return [advice({ code: 'AV0916', text, span: script.span })];
    }),
};
