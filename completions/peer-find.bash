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
	-E | --emit)
		mapfile -t COMPREPLY < <(compgen -W "avahi dnssd zone serf k8s" -- "$cur")
		return
		;;
	-a | --address | -d | --dns | -r | --resolver | -e | --exec | -n | --need | -w | --wait)
		COMPREPLY=()
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "-a --address -d --dns -E --emit -e --exec
		-i --interface -n --need -o --output -p --probe -r --resolver -w --wait
		-W --watch -x --exchange -C --config -v --verbose -q --quiet -h --help -V --version
		--no-cache --no-mdns --no-roster --sort" -- "$cur")
}
complete -F _peer_find peer-find
