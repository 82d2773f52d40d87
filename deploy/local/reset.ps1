# Deletes the gateway of this laptop: containers, database, secrets and keys. It asks before; -Yes is the answer.
param([switch] $Yes)
. (Join-Path $PSScriptRoot 'lib.ps1')
Test-Docker
$answer = 'reset'
if (-not $Yes) {
    Write-Host 'This deletes the database with all keys, models and the log, and .env with its secrets and provider keys. There is no way back.'
    $answer = Read-Host 'Type "reset" to delete all of it'
}
if ($answer -cne 'reset') { Stop-With 'Nothing was deleted.' }
$containers = @(Get-OfProject 'containers')
if ($containers.Count -gt 0) { & docker rm --force @containers | Out-Null }
$volumes = @(Get-OfProject 'volumes')
if ($volumes.Count -gt 0) { & docker volume rm @volumes | Out-Null }
$networks = @(Get-OfProject 'networks')
if ($networks.Count -gt 0) { & docker network rm @networks | Out-Null }
# Without its passwords a database that is left could never be opened again.
if (@(Get-OfProject 'volumes').Count -gt 0) { Stop-With 'Docker could not delete the database, so .env stays; it says why above.' }
foreach ($file in @($EnvFile, $KeyFile)) { if (Test-Path $file) { Remove-Item -Force $file } }
Write-Host 'Deleted. The images are kept (docker image ls); start.ps1 begins anew.'
