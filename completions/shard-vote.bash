# bash completion for shard-vote(1)
# SPDX-License-Identifier: ISC

_shard_vote()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	case $prev in
	-C | --config)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-w | --write)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -W "text json cbor" -- "$cur")
		return
		;;
	-n | --sample | -O | --owner)
		COMPREPLY=()
		return
		;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "-n --sample -f --full -O --owner -w --write -o --output
			-C --config -v --verbose -q --quiet -h --help -V --version" -- "$cur")
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "audit" -- "$cur")
		;;
	esac
}
complete -o filenames -F _shard_vote shard-vote
