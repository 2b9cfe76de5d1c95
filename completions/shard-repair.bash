# bash completion for shard-repair(1)
# SPDX-License-Identifier: ISC

_shard_repair()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	case $prev in
	-C | --config | -d | --store)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -W "text json cbor" -- "$cur")
		return
		;;
	-O | --owner)
		COMPREPLY=()
		return
		;;
	-p | --peers)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "-a --all -c --check -d --store -O --owner -o --output
			-p --peers -s --shards -C --config -v --verbose -q --quiet -h --help -V --version" -- "$cur")
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -f -W "latest" -- "$cur")
		;;
	esac
}
complete -o filenames -F _shard_repair shard-repair
