/** AV00xx: files, characters, braces and blocks. AV01xx: the words of a line. */
import type { CatalogueEntry } from './entry.ts';

export const lineEntries: readonly CatalogueEntry[] = [
  {
    code: 'AV0001',
    title: 'several main files',
    severity: 'warning',
    kind: 'quotes',
    match: /^WARNING, multiple configuration file matches of /,
    explain:
      'The name given with -f is a pattern that fits several files. They are read one after the other as one configuration. Name one file, and let it include the others, if that is not what you want.',
  },
  {
    code: 'AV0002',
    title: 'configuration file not readable',
    severity: 'error',
    kind: 'quotes',
    match: /^Unable to read configuration file /,
    explain:
      'The main file exists but cannot be opened. Look at its owner and mode, and at the folders above it.',
  },
  {
    code: 'AV0003',
    title: 'no usable main file',
    severity: 'error',
    explain:
      'The main file is missing, is a folder, or has an execute bit. The daemon does not start without it. Remove execute bits with chmod 644.',
  },
  {
    code: 'AV0010',
    title: 'NUL byte in the file',
    severity: 'error',
    match: /^configuration appears to have embedded NULs/,
    explain:
      'A text file holds no NUL bytes, so the line is left out. The file was probably cut off or written in UTF-16.',
  },
  {
    code: 'AV0011',
    title: 'quote not closed on its line',
    severity: 'error',
    kind: 'quotes',
    match: /^Unterminated quote '/,
    explain:
      'A double quote has no partner before the end of the line; quotes cannot span lines. What follows the quote is lost.',
    example: { wrong: 'notify_master "/etc/up.sh master', right: 'notify_master "/etc/up.sh master"' },
  },
  {
    code: 'AV0012',
    title: 'word with an open quote',
    severity: 'error',
    kind: 'quotes',
    match: /^Unmatched quote: '/,
    explain:
      'The statement ends inside a quoted word. See AV0011: the same quote is reported for line and statement.',
  },
  {
    code: 'AV0013',
    title: 'repetition that cannot be read',
    severity: 'error',
    kind: 'quotes',
    match: /^(?:Invalid ~(?:SEQ|LST) |~(?:SEQ|LST) )/,
    explain:
      '~SEQ(name, first, step, last) and ~LST(name, a, b, c) repeat the rest of their line. The part in parentheses is not of that form.',
    example: { wrong: '~SEQ(i 1 3) server$i', right: '~SEQ(i, 1, 3) server$i' },
  },
  {
    code: 'AV0014',
    title: 'definition that contains itself',
    severity: 'error',
    kind: 'quotes',
    match: /^Definition '.*' expands without end/s,
    explain:
      'The value of a definition uses the definition again, so it would grow for ever. It is left as it stands.',
    example: { wrong: '$IF=$' + '{IF}', right: '$IF=eth0' },
  },
  {
    code: 'AV0020',
    title: 'include without its files',
    severity: 'warning',
    kind: 'quotes',
    match:
      /^(?:Config files missing '|Some config files missing: |No config files matched '|Configuration file '.*' (?:is|open))/s,
    explain:
      'An include line names files that are missing or cannot be used. Relative names start at the folder of the including file, and quotes are taken as part of the name. With includer, includem, includew, includeb or includea, or option -e, this ends the start.',
    example: { wrong: 'include "conf.d/*.conf"', right: 'include conf.d/*.conf' },
  },
  {
    code: 'AV0030',
    title: 'unknown keyword',
    severity: 'error',
    kind: 'quotes',
    match: /^Unknown keyword '/,
    explain:
      'No keyword of this name exists in the block it stands in. The line is dropped. keepalived does not skip the block of an unknown keyword: it reads the lines inside with the table around it and takes the closing brace for the end of the outer block, so one typo gives a cascade. `alived check` shows the first cause only.',
    example: { wrong: 'vrrp_instance A {\n  priorty 100\n}', right: 'vrrp_instance A {\n  priority 100\n}' },
  },
  {
    code: 'AV0031',
    title: 'block without its opening brace',
    severity: 'error',
    match: /^Missing '\{' at beginning of configuration block/,
    explain:
      'This keyword starts a block, but what follows is not a brace. Upstream notices at the next statement.',
    example: {
      wrong: 'vrrp_instance A\n  interface eth0\n}',
      right: 'vrrp_instance A {\n  interface eth0\n}',
    },
  },
  {
    code: 'AV0032',
    title: 'brace where none belongs',
    severity: 'error',
    kind: 'quotes',
    match: /^Unexpected '[{}]' - ignoring/,
    explain:
      'The keyword before the brace takes no block, or the brace stands inside a word: braces count wherever they occur outside double quotes.',
    example: { wrong: 'auth_pass a{b', right: 'auth_pass "a{b"' },
  },
  {
    code: 'AV0033',
    title: 'closing brace too many',
    severity: 'error',
    match: /^Extra '\}' found/,
    explain:
      'All blocks are closed already. Either a brace was doubled further up, so that its block ended too early, or the opening brace is missing.',
  },
  {
    code: 'AV0034',
    title: 'block never closed',
    severity: 'error',
    match: /^There are \d+ missing '\}'s or extra '\{'s/,
    explain:
      'The file ends inside a block. `alived check` names the block that is most likely open, from the keywords and the indentation. Blocks after it may have been read as part of it.',
  },
  {
    code: 'AV0035',
    title: 'words between a list keyword and its brace',
    severity: 'error',
    kind: 'quotes',
    match: /^Block \S* has extra parameters /,
    explain: 'A list such as virtual_ipaddress takes no arguments. The list itself is read.',
    example: { wrong: 'virtual_ipaddress x {', right: 'virtual_ipaddress {' },
  },
  {
    code: 'AV0036',
    title: 'list without its opening brace',
    severity: 'error',
    kind: 'quotes',
    match: /^'\{' missing from beginning of block /,
    explain:
      'The lines up to the next closing brace were read as the list. Put the brace behind the keyword.',
  },
  {
    code: 'AV0037',
    title: 'keyword of another version',
    severity: 'error',
    explain:
      'The version named with --as does not know this keyword: it came later, or was removed before. That version would say "Unknown keyword" here.',
  },
  {
    code: 'AV0040',
    title: 'include_check with unknown words',
    severity: 'error',
    match: /include_check/,
    explain:
      'include_check takes read, match, wildcard_match and brace_match, each once, optionally with + or -.',
  },
  {
    code: 'AV0041',
    title: 'script line with an open quote',
    severity: 'error',
    kind: 'quotes',
    match: /^String '.*': missing terminating /s,
    explain:
      'Script lines are cut like a shell does it, so single quotes count there too. One of them has no partner, and the script is not run.',
    example: { wrong: 'script "/bin/sh -c \'exit 0"', right: 'script "/bin/sh -c \'exit 0\'"' },
  },
  {
    code: 'AV0042',
    title: 'odd characters after a quoted script',
    severity: 'error',
    kind: 'quotes',
    match: /^String '(?!.*: missing terminating ).*'[^:']+'(?:.*)'$/s,
    explain:
      'Text touches the end of a quoted piece, so it is not clear where the command ends. Quote it as a whole.',
  },
  {
    code: 'AV0100',
    title: 'missing argument',
    severity: 'error',
    kind: 'quotes',
    match: /^\*\*\* Configuration line starting `/,
    explain:
      'The keyword needs a value, and the line ends before it. keepalived stops reading at once and ends with status 2, even under -t; everything below the line is unchecked. `alived check` goes on.',
    example: { wrong: 'priority', right: 'priority 100' },
  },
  {
    code: 'AV0101',
    title: 'block without a name',
    severity: 'error',
    match: /^(?:vrrp_instance must have a name|vrrp_sync_group must have a name)|must have (?:just )?a name/,
    explain: 'The block needs exactly one name. With none, or with two words, the whole block is skipped.',
    example: { wrong: 'vrrp_instance my router {', right: 'vrrp_instance "my router" {' },
  },
  {
    code: 'AV0102',
    title: 'value left out',
    severity: 'error',
    kind: 'general',
    match:
      /missing|^No .* (?:specified|set)|requires (?!no )|without (?:a )?(?:time|value|name)|needs an|not specified|No (?:or too many )?names? |\bempty\b|has no /i,
    explain: 'The keyword or option is there, but not the value it needs. It is ignored.',
  },
  {
    code: 'AV0103',
    title: 'too many words',
    severity: 'warning',
    kind: 'general',
    match: /^Too many parameters|^Extra parameter|^extra characters|trailing nonsense|extra entries/,
    explain:
      'More words follow than the keyword takes. Most keywords ignore such words in silence; this one says so.',
  },
  {
    code: 'AV0104',
    title: 'given twice',
    severity: 'warning',
    kind: 'general',
    match: /\balready\b|\bduplicate|more than once|previously set|another .* been specified/i,
    explain: 'The same thing is configured a second time. The text says which of the two counts.',
  },
  {
    code: 'AV0105',
    title: 'old spelling',
    severity: 'warning',
    kind: 'general',
    match: /deprecated|[Pp]lease (?:use|replace)|obsolete|no longer supported/,
    explain:
      'The keyword still works but has a successor, which the text names. Later versions may drop the old one.',
  },
  {
    code: 'AV0106',
    title: 'settings that do not go together',
    severity: 'warning',
    kind: 'general',
    match:
      /incompatible|conflict|(?:does|do) not (?:match|support|comply)|don't match|Cannot (?:specify|set|use|mix)|only valid|only be|cannot (?:be|use|specify|have|exceed)|must be after|will be ignored|not supported|MPLS only|mixed|specified without|ignoring config option|always fail|MUST match/i,
    explain: 'Two settings contradict each other. The text says which one gives way.',
  },
];
