#!/usr/bin/env bash
# Makes the certificates of a small cluster: an authority of its own, one for
# the coordinator, and one for each client or worker, with their keys (PEM).
# What is there already stays: run it again to add a client. To renew one,
# delete it first.
#
# usage: deploy/make-certificates.sh DIR [--server NAME...] [--client NAME...] [--days N]
#   --server NAME...  host names and IP addresses that the coordinator is reached
#                     by, all in one certificate: server.pem, server.key.
#                     localhost is always among them
#   --client NAME...  a certificate each, for etalon-server --tls-client-ca:
#                     NAME.pem, NAME.key
#   --days N          how long they are good for; 365 by default. The authority,
#                     ca.pem and ca.key, is for ten years
#
# ca.pem is for everybody, server.* for the coordinator, NAME.* for NAME. Keep
# ca.key off the network: who has it can be anybody.
set -euo pipefail

die() {
  echo "$0: $*" >&2
  exit "${code:-2}"
}

folder=
days=365
servers=()
clients=()
list=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
      exit 0
      ;;
    --server) list=servers ;;
    --client) list=clients ;;
    --days)
      [[ ${2:-} =~ ^[0-9]{1,5}$ ]] || die "--days '${2:-}' is no number of days"
      days=$2
      list=
      shift
      ;;
    -*) die "unknown argument '$1'; see --help" ;;
    *)
      case $list in
        servers)
          [[ $1 =~ ^[A-Za-z0-9.:*-]{1,253}$ ]] || die "--server '$1' is neither a host name nor an IP address"
          servers+=("$1")
          ;;
        clients)
          [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$ ]] || die "--client '$1': letters, digits, '.', '-' and '_' only"
          [[ $1 != ca && $1 != server ]] || die "--client '$1' is the name of another file"
          clients+=("$1")
          ;;
        *)
          [ -z "$folder" ] || die "one DIR only; see --help"
          folder=$1
          ;;
      esac
      ;;
  esac
  shift
done
[ -n "$folder" ] || die "which DIR? see --help"
if [ "$list" = servers ] && [ ${#servers[@]} -eq 0 ]; then die "--server needs a NAME"; fi
if [ "$list" = clients ] && [ ${#clients[@]} -eq 0 ]; then die "--client needs a NAME"; fi
[ ${#servers[@]} -gt 0 ] || [ ${#clients[@]} -gt 0 ] || die "nothing to make: say --server NAME or --client NAME"
command -v openssl >/dev/null || code=1 die "openssl is missing; deploy/install-dependencies.sh installs it"

# Keys are for their owner alone from the moment they are there.
umask 077
mkdir -p -- "$folder"
work=$(mktemp -d "$folder/.making-XXXXXX")
trap 'rm -rf "$work"' EXIT

# new_key NAME SUBJECT: a key and a request in the work folder.
new_key() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/O=Etalon/CN=$2" 2>"$work/log" ||
    { cat "$work/log" >&2; code=1 die "openssl made no key"; }
}

# keep NAME: the certificate is for all to read, the key is not.
keep() {
  chmod 644 "$work/$1.pem"
  mv "$work/$1.key" "$folder/$1.key"
  mv "$work/$1.pem" "$folder/$1.pem"
  echo "$folder/$1.pem $folder/$1.key"
}

# sign NAME DAYS EXTENSIONS [OPENSSL ARGUMENTS...]
sign() {
  local name=$1 for_days=$2
  printf '%b' "$3" >"$work/extensions"
  shift 3
  openssl x509 -req -in "$work/$name.csr" -out "$work/$name.pem" -days "$for_days" \
    -sha256 -set_serial "0x$(openssl rand -hex 15)" -extfile "$work/extensions" "$@" 2>"$work/log" ||
    { cat "$work/log" >&2; code=1 die "openssl signed nothing"; }
}

# issue NAME SUBJECT EXTENSIONS: with the authority's key.
issue() {
  if [ -e "$folder/$1.pem" ] || [ -e "$folder/$1.key" ]; then
    echo "$folder/$1.pem is there already" >&2
    return
  fi
  new_key "$1" "$2"
  sign "$1" "$days" "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n$3\n" \
    -CA "$folder/ca.pem" -CAkey "$folder/ca.key"
  keep "$1"
}

if [ ! -e "$folder/ca.pem" ]; then
  new_key ca "authority of $(basename -- "$(realpath -- "$folder")" | tr -cd 'A-Za-z0-9._-')"
  sign ca 3650 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n' \
    -signkey "$work/ca.key"
  keep ca
fi
[ -e "$folder/ca.key" ] || code=1 die "$folder/ca.key is not here: bring it, or make a new set in another DIR"

if [ ${#servers[@]} -gt 0 ]; then
  names=DNS:localhost,IP:127.0.0.1,IP:::1
  for name in "${servers[@]}"; do
    if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then names+=,IP:$name; else names+=,DNS:$name; fi
  done
  issue server "${servers[0]:0:64}" "extendedKeyUsage=serverAuth\nsubjectAltName=$names"
fi
for name in "${clients[@]}"; do
  issue "$name" "$name" "extendedKeyUsage=clientAuth\nsubjectAltName=URI:etalon:client:$name"
done
