/** Completions of the command line for bash and zsh, made of the option tables. */
import { genhashOptions } from '../../src/cli/genhash.ts';
import type { OptionSpec } from '../../src/cli/getopt.ts';
import { SUBCOMMANDS } from '../../src/cli/invocation.ts';
import { daemonOptions } from '../../src/cli/options.ts';
import { signalNumbers } from '../../src/cli/text.ts';

/** Options whose argument is the name of a file. */
const FILES = new Set(['use-file', 'pid', 'vrrp_pid', 'checkers_pid', 'bfd_pid']);
const HEADER = '# Made by scripts/write-man.ts from the option tables; changes belong there.';

const spellings = ({ long, short }: OptionSpec): string[] =>
  short === undefined ? [`--${long}`] : [`-${short}`, `--${long}`];

const words = (options: readonly OptionSpec[]): string => options.flatMap(spellings).join(' ');

const fileOptions = daemonOptions.filter(({ long }) => FILES.has(long)).flatMap(spellings);

export const bashCompletion = (): string => `${HEADER}
_alived() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  case $before in
    ${fileOptions.join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --signum) COMPREPLY=($(compgen -W '${Object.keys(signalNumbers).join(' ')}' -- "$word")); return ;;
  esac
  if [[ \${1##*/} = alived && $COMP_CWORD = 1 && $word != -* ]]; then
    COMPREPLY=($(compgen -W '${SUBCOMMANDS.join(' ')}' -- "$word"))
  elif [[ $word = -* ]]; then
    COMPREPLY=($(compgen -W '${words(daemonOptions)}' -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
_genhash() {
  COMPREPLY=($(compgen -W '${words(genhashOptions)}' -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _alived alived keepalived
complete -F _genhash genhash
`;

function zshOption(option: OptionSpec): string {
  const all = spellings(option);
  const names = all.length > 1 ? `'(${all.join(' ')})'{${all.join(',')}}` : `${all[0]}`;
  const argument = option.argument === 'none' ? '' : FILES.has(option.long) ? ':file:_files' : ':value: ';
  return `${names}'[${option.long}]${argument}'`;
}

export const zshCompletion = (): string => `#compdef alived keepalived
${HEADER}
local -a options=(
${daemonOptions.map((option) => `  ${zshOption(option)}`).join('\n')}
)
if [[ \${words[1]:t} = alived && $CURRENT = 2 && \${words[2]} != -* ]]; then
  compadd ${SUBCOMMANDS.join(' ')}
else
  _arguments -s $options '*:file:_files'
fi
`;
