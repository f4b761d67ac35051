export const shells = ['bash', 'zsh', 'fish'] as const;

export type ShellName = (typeof shells)[number];

/**
 * What a shell has to know: each Tab asks `fieldwarden __complete -- WORD…` (the last WORD is the one at the cursor, maybe empty),
 * which prints one candidate per line, its description after a tab; `:files` asks for names of files.
 */
export const completionScripts: Readonly<Record<ShellName, string>> = {
  bash: `# Completion for bash. Load it with: source <(fieldwarden completion bash)
_fieldwarden() {
  local value description
  COMPREPLY=()
  while IFS=$'\\t' read -r value description; do
    if [[ $value == ':files' ]]; then
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
      return
    fi
    COMPREPLY+=("$value")
  done < <(fieldwarden __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == */ ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _fieldwarden fieldwarden
`,
  zsh: `#compdef fieldwarden
# Completion for zsh. Load it with: source <(fieldwarden completion zsh)
_fieldwarden() {
  local value description
  local -a words_plain words_shown steps_plain
  while IFS=$'\\t' read -r value description; do
    if [[ $value == ':files' ]]; then
      _files
      return
    fi
    if [[ $value == */ ]]; then
      steps_plain+=("$value")
    else
      words_plain+=("$value")
      words_shown+=("$value\${description:+  -- $description}")
    fi
  done < <(fieldwarden __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#steps_plain} )) && compadd -S '' -a steps_plain
  (( \${#words_plain} )) && compadd -l -d words_shown -a words_plain
}
if [[ $funcstack[1] == _fieldwarden ]]; then
  _fieldwarden "$@"
else
  compdef _fieldwarden fieldwarden
fi
`,
  fish: `# Completion for fish. Load it with: fieldwarden completion fish | source
function __fieldwarden_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (fieldwarden __complete -- $before[2..-1] "$current" 2>/dev/null)
    if test "$lines[1]" = ':files'
        __fish_complete_path "$current"
        return
    end
    test (count $lines) -gt 0; and printf '%s\\n' $lines
end
complete -c fieldwarden -f -a '(__fieldwarden_complete)'
`,
};
