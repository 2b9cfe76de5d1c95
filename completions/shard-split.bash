# bash completion for shard-split(1)
# SPDX-License-Identifier: ISC

_shard_split()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local i

	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == -- ]] || continue
		if ((i == COMP_CWORD - 1)); then
			mapfile -t COMPREPLY < <(compgen -c -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		fi
		return
	done
	case $prev in
	-C | --config)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-k | --need | -n | --total | -s | --shard-size | -L | --label)
		COMPREPLY=()
		return
		;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "-k --need -n --total -s --shard-size -L --label
			-e --allow-empty -C --config -v --verbose -q --quiet
			-h --help -V --version" -- "$cur")
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		;;
	esac
}
complete -o filenames -F _shard_split shard-split
