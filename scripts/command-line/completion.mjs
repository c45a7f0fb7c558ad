/**
 * Completion for bash and zsh of `npm run NAME -- …`, `npm start -- …` and `npm run cdc -- NAME …`, in the folder of the
 * project. Names of tables and benchmarks are those of the moment it is printed.
 */
import { descriptions } from './descriptions.mjs';
import { UsageError } from './usage-error.mjs';

const SHELLS = ['bash', 'zsh'];

/** @param {string | undefined} shell @throws UsageError */
export function buildCompletion(shell) {
  if (!SHELLS.includes(shell))
    throw new UsageError(`completion is for ${SHELLS.join(' or ')}, got: ${shell ?? 'nothing'}`);
  const commands = descriptions.filter(({ isHidden = false }) => !isHidden);
  const names = commands.map(({ name }) => name);
  const cases = commands.map((command) => `      ${command.name}) echo '${wordsFor(command).join(' ')}' ;;`);
  const choices = commands.flatMap((command) =>
    Object.entries(command.flags ?? {}).flatMap(([name, flag]) =>
      flag.choices === undefined
        ? []
        : [`      ${command.name}/--${name}) echo '${flag.choices().join(' ')}' ;;`],
    ),
  );
  const prologue = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : '';
  return `# Completion of this project's npm scripts for ${shell}; load it with:
#     source <(npm run --silent cdc -- completion ${shell})
${prologue}_cdc_words() {
    case $1 in
${cases.join('\n')}
    esac
}
_cdc_values() {
    case $1 in
${choices.join('\n')}
    esac
}
_cdc_complete() {
    local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command='' word values
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
      case $word in run | run-script | cdc | --) ;; *) command=$word && break ;; esac
    done
    if [ -z "$command" ]; then
      COMPREPLY=($(compgen -W 'run start test ${names.join(' ')}' -- "$current"))
      return
    fi
    values=$(_cdc_values "$command/$before")
    COMPREPLY=($(compgen -W "\${values:-$(_cdc_words "$command")}" -- "$current"))
}
complete -o default -F _cdc_complete npm
`;
}

function wordsFor({ words = [], flags = {} }) {
  return [
    ...words.flatMap(({ choices }) => choices?.() ?? []),
    ...Object.keys(flags).map((name) => `--${name}`),
    '--help',
  ];
}
