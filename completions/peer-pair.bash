# bash completion for peer-pair(1)
# SPDX-License-Identifier: ISC

_peer_pair()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local word verb='' folder=${SHARDKIT_HOME:-${XDG_CONFIG_HOME:-$HOME/.config}/shardkit}
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
		invite | accept | remove) verb=$word ;;
		esac
	done
	case $prev in
	-C | --config)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-a | --address)
		mapfile -t COMPREPLY < <(compgen -A hostname -S : -- "$cur")
		return
		;;
	-p | --peers)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-g | --give | -s | --store | -S | --site | -n | --name | -A | --as | -e | --expires)
		return
		;;
	esac
	case $verb:$cur in
	remove:[!-]* | remove:)
		mapfile -t COMPREPLY < <(compgen -W "$(ls "$folder/peers.d" 2> /dev/null)" -- "$cur")
		;;
	*:-*)
		mapfile -t COMPREPLY < <(compgen -W "-a --address -g --give -s --store -S --site
			-n --name -A --as -e --expires -p --peers -C --config -v --verbose -q --quiet
			-h --help -V --version" -- "$cur")
		;;
	accept:*) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	:*) mapfile -t COMPREPLY < <(compgen -W "invite accept remove" -- "$cur") ;;
	esac
}
complete -o filenames -F _peer_pair peer-pair
