# bash completion for shard-vote(1)
# SPDX-License-Identifier: ISC

_shard_vote()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	case $prev in
	-C | --config | -d | --store)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-w | --write | -m | --members | -p | --peers)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -W "text json cbor" -- "$cur")
		return
		;;
	-W | --wait | -n | --sample | -O | --owner | -k | --committee)
		COMPREPLY=()
		return
		;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "-n --sample -f --full -O --owner -w --write
			-m --members -k --committee -S --strict -W --wait -o --output -p --peers
			-d --store
			-C --config -v --verbose -q --quiet -h --help -V --version" -- "$cur")
		;;
	*)
		local verbs='audit verify repairs accuse open join challenge reveal seed prove ballot tally seal certificate'
		local word
		for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
			[[ " $verbs " != *" $word "* ]] || verbs=
		done
		if [ "$verbs" ]; then
			mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		fi
		;;
	esac
}
complete -o filenames -F _shard_vote shard-vote
