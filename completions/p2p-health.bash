# bash completion for p2p-health(1)
# SPDX-License-Identifier: ISC

_p2p_health()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	case $prev in
	-C | --config | -H | --holder)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-X | --store-exec)
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
		return
		;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -W "text json cbor" -- "$cur")
		return
		;;
	-P | --prometheus | -p | --peers)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-a | --max-age | -n | --last | -m | --mute | -w | --watch)
		COMPREPLY=()
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "-x --problems -o --output -c --check -P --prometheus
			-a --max-age -n --last -m --mute -w --watch -p --peers -H --holder
			-X --store-exec -C --config
			-v --verbose -q --quiet -h --help -V --version" -- "$cur")
}
complete -o filenames -F _p2p_health p2p-health
