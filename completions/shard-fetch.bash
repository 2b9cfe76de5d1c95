# bash completion for shard-fetch(1)
# SPDX-License-Identifier: ISC

_shard_fetch()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	case $prev in
	-C | --config)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -W "text json cbor" -- "$cur")
		return
		;;
	-M | --metrics | -p | --peers)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-r | --rate)
		return
		;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "-l --list -M --metrics -o --output -p --peers -r --rate
			-C --config -v --verbose -q --quiet -h --help -V --version" -- "$cur")
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "latest" -- "$cur")
		;;
	esac
}
complete -o filenames -F _shard_fetch shard-fetch
