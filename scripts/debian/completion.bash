# Made by scripts/write-man.ts from the option tables; changes belong there.
_alived() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  case $before in
    -f|--use-file|-p|--pid|-r|--vrrp_pid|-c|--checkers_pid|-b|--bfd_pid) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --signum) COMPREPLY=($(compgen -W 'STOP RELOAD DATA STATS STATS_CLEAR JSON TDUMP' -- "$word")); return ;;
  esac
  if [[ ${1##*/} = alived && $COMP_CWORD = 1 && $word != -* ]]; then
    COMPREPLY=($(compgen -W 'check explain expand fmt plan' -- "$word"))
  elif [[ $word = -* ]]; then
    COMPREPLY=($(compgen -W '-f --use-file -P --vrrp -C --check -B --no_bfd --all -l --log-console -D --log-detail -S --log-facility -g --log-file --flush-log-file -G --no-syslog -u --umask -X --release-vips -V --dont-release-vrrp -I --dont-release-ipvs -R --dont-respawn -n --dont-fork -d --dump-conf -p --pid -r --vrrp_pid -T --genhash -c --checkers_pid -a --address-monitoring -b --bfd_pid -x --snmp -A --snmp-agent-socket -s --namespace -m --core-dump -M --core-dump-pattern -e --all-config -i --config-id --signum -t --config-test --config-fd --ignore-sigint -v --version -h --help --as --log-json' -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
_genhash() {
  COMPREPLY=($(compgen -W '-S --use-ssl -I --use-sni -s --server -p --port -u --url -V --use-virtualhost -v --verbose -h --help -m --fwmark -P --protocol -t --timeout' -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _alived alived keepalived
complete -F _genhash genhash
