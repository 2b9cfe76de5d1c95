# init: keys, a roster and a commented backup.conf, where they are not there yet.
# SPDX-License-Identifier: ISC

init()
{
	paths='' lines='' need='' total='' mode=full
	while [ $# -gt 0 ]; do
		case $1 in
		--path | --peer | --need | --total | --mode)
			[ $# -gt 1 ] || misuse "option '$1' needs a value"
			init_option "${1#--}" "$2"
			shift
			;;
		--path=* | --peer=* | --need=* | --total=* | --mode=*)
			key=${1%%=*}
			init_option "${key#--}" "${1#*=}"
			;;
		*) misuse "unexpected operand '$1'" ;;
		esac
		shift
	done
	[ ! -e "$config" ] ||
		die 2 "there is a '$config' already" "edit it, or move it away"
	[ ! -t 0 ] || init_ask
	[ "$paths" ] || paths=${HOME-}
	[ "$paths" ] || die 2 "say what to back up: --path /DIR"
	peers=$(init_count)
	[ "$total" ] || {
		total=$peers
		[ "$peers" -gt 0 ] || total=5
		[ "$peers" -le 255 ] || total=255
	}
	[ "$need" ] || need=$(((total + 1) / 2))
	init_config > "$work/backup.conf" || return 4
	chmod 600 "$work/backup.conf"
	(config=$work/backup.conf config_name='' && config_read) || {
		complain "with these options there is no configuration; nothing was written"
		return 2
	}
	init_write && real_paths | same_disk && init_tell
}

# How many peers there will be.
init_count()
{
	{
		roster_lines
		printf '%s' "$lines"
	} | holders_of | wc -l
}

# init_write: what is good goes where it belongs, backup.conf at the end.
init_write()
{
	[ -f "$home/secret" ] || init_keys || return
	if [ "$lines" ]; then
		[ -z "$(tail -c 1 "$home/peers" 2> /dev/null)" ] || echo >> "$home/peers"
		(umask 077 && printf '%s' "$lines" >> "$home/peers") || return 4
	fi
	rm -rf "$home/backup.conf.new"
	cp "$work/backup.conf" "$home/backup.conf.new" &&
		mv "$home/backup.conf.new" "$home/backup.conf" || return 4
}

init_option()
{
	case $1 in
	path) init_path "$2" ;;
	peer) init_peer "$2" ;;
	need) need=$2 ;;
	total) total=$2 ;;
	mode) mode=$2 ;;
	esac
}

init_path()
{
	case $1 in
	/*) ;;
	*) die 2 "'$1' is not a whole path" "--path '$PWD/$1'" ;;
	esac
	paths="$paths${paths:+
}$1"
}

# init_peer TEXT: a line of the roster, or a folder, which gets a line. What is in
# the roster already is not put there again.
init_peer()
{
	{
		roster_lines
		printf '%s' "$lines"
	} > "$work/roster"
	case $1 in
	/*)
		folder=${1%/}
		case $folder in
		*[\",]* | *"
"*)
			die 2 "no roster can name the folder '$1': it has a quote, a comma or a line break" \
				"give it another name by a link"
			;;
		esac
		if folders_of < "$work/roster" | folder_paths |
			grep -qxF -e "$folder" -e "$folder/"; then
			say "'$1' is a peer already"
			return
		fi
		mkdir -p "$1" || exit 4
		count=$(($(wc -l < "$work/roster") + 1))
		while grep -q "^\"*disk${count}\"*[[:space:]]" "$work/roster"; do
			count=$((count + 1))
		done
		lines="${lines}disk$count - \"dir:$folder\"
"
		;;
	*" "*)
		grep -qxF -e "$1" "$work/roster" || lines="$lines$1
"
		;;
	*) die 2 "'--peer' is a folder, or a line of the roster, not '$1'" ;;
	esac
}

init_keys()
{
	peer-key -C "$home" -q new > "$work/id" || return
	[ "$quiet" ] || echo "your id is $(cat "$work/id")"
}

# Three questions, and Return is an answer.
init_ask()
{
	if [ -z "$paths" ]; then
		printf 'Which folder shall be backed up? [%s] ' "${HOME-}"
		read -r answer
		[ -z "$answer" ] || init_path "$answer"
	fi
	if [ -z "$lines$(roster_lines)" ]; then
		while printf 'A folder on a disk to keep shards in? [no more] ' &&
			read -r answer && [ "$answer" ]; do
			init_peer "$answer"
		done
	fi
	count=$(init_count)
	if [ -z "$need" ] && [ "$count" -gt 0 ]; then
		printf 'How many of the %s peers shall be enough to restore? [%s] ' \
			"$count" "$(((count + 1) / 2))"
		read -r answer && [ -z "$answer" ] || need=$answer
	fi
}

init_config()
{
	cat <<- END
	# What p2p-backup(1) backs up. A line is a comment, 'key = value', or the name
	# of a job in brackets; what stands above the first job counts for all of them.

	# off: into folders only. discover: and look for peers. verify: and let the peers
	# prove what they have. full: all peers get their part.
	mode = $mode

	# Any 'need' of 'total' peers restore everything.$(
		[ "$peers" -gt 0 ] || printf '\n# A guess: when this was written there were no peers yet.'
	)
	need = $need
	total = $total
	# The backup is good when so many have their part, at least 'need':
	#happy = $total

	# What is older than this is an alarm.
	max-age = 2d
	# A command that gets each alarm as its input.
	#notify = mail -s "\$P2P_SUBJECT" root

	# Forget what none of these keeps. Without them nothing is ever forgotten.
	#keep-daily = 7
	#keep-weekly = 4
	#keep-monthly = 12

	[files]
	$(real_paths | sed 's/^/path = /')
	exclude = .cache
	# Before and after it, as for a file system snapshot:
	#before = mountpoint -q /home
	#after = echo "\$P2P_JOB: \$P2P_OUTCOME"

	# What a command writes is a job, too.
	#[database]
	#command = pg_dump -Fc shop
	END
}

# real_paths: $paths, of each that is a link where it leads.
real_paths()
{
	printf '%s\n' "$paths" | while IFS= read -r line; do
		[ ! -L "${line%/}" ] || line=$(readlink -f -- "${line%/}")
		printf '%s\n' "$line"
	done
}

init_tell()
{
	[ "$quiet" ] && return
	cat <<- END
	wrote $home/backup.conf
	$peers peers are in $home/peers
	Next:
	  peer-key phrase     the recovery sheet: onto paper
	  peer-pair accept    for each peer that gave you a token
	  p2p-backup run      the first backup
	END
	if [ "$peers" -eq 0 ]; then
		echo "Before that run, put 'need' and 'total' right: without peers they are a guess"
		return
	fi
	echo "Beside the sheet write the id and the address of a peer or two:"
	# An address with blanks keeps its quotes; a folder has no id.
	roster_holders | awk '{
		address = match($0, /"[^"]*"/) ? substr($0, RSTART, RLENGTH) : \
			$3 == "-" ? "(ask " $1 " for an address)" : $3
		print "  " address ($2 == "-" ? "" : " " $2)
	}'
}
