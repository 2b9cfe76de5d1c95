# bash completion for peer-find(1)
# SPDX-License-Identifier: ISC

_peer_find()
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
	--sort)
		mapfile -t COMPREPLY < <(compgen -W "key" -- "$cur")
		return
		;;
	-i | --interface)
		mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net)" -- "$cur")
		return
		;;
	-e | --exec | -n | --need | -w | --wait)
		COMPREPLY=()
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "-e --exec -i --interface -n --need -o --output -w --wait
		-C --config -v --verbose -q --quiet -h --help -V --version
		--no-cache --no-mdns --no-roster --sort" -- "$cur")
}
complete -F _peer_find peer-find
