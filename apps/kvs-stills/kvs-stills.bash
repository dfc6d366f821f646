# Completion of kvs-stills for bash. The options are those that the program itself shows.

_kvs_stills() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}

  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W 'get latest plan report --help --version' -- "$word")
    return
  fi
  case $previous in
    --index)
      mapfile -t COMPREPLY < <(compgen -W 'jsonl csv' -- "$word")
      return
      ;;
    --format)
      mapfile -t COMPREPLY < <(compgen -W 'jpeg png' -- "$word")
      return
      ;;
    --image-selector-type)
      mapfile -t COMPREPLY < <(compgen -W 'server-timestamp producer-timestamp' -- "$word")
      return
      ;;
    --output | -o | --streams | --manifest | --metrics | --ca-file | --credential-path)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
  esac
  case $word in
    -*)
      mapfile -t COMPREPLY < <(
        compgen -W "$("${COMP_WORDS[0]}" "$command" --help-all 2> /dev/null |
          sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p')" -- "$word"
      )
      ;;
    *)
      [ "$command" != report ] || mapfile -t COMPREPLY < <(compgen -d -- "$word")
      ;;
  esac
}

complete -o filenames -F _kvs_stills kvs-stills
