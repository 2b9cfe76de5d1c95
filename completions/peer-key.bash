# bash completion for peer-key(1)
# SPDX-License-Identifier: ISC

_peer_key()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	case $prev in
	-C | --config)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "-C --config -v --verbose -q --quiet -h --help
			-V --version" -- "$cur")
		;;
	*)
		if [[ $prev == restore ]]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -W "new show phrase restore" -- "$cur")
		fi
		;;
	esac
}
complete -o filenames -F _peer_key peer-key
