# Stops the gateway; keys, models and the log stay. start.ps1 starts it again.
. (Join-Path $PSScriptRoot 'lib.ps1')
Test-Docker
$ids = @(Get-OfProject 'containers')
if ($ids.Count -eq 0) {
    Write-Host 'Nothing runs.'
    exit 0
}
& docker stop --time 90 @ids | Out-Null
if ($LASTEXITCODE -ne 0) { Stop-With 'Docker could not stop all of it; docker ps shows what runs.' }
Write-Host 'Stopped. All data are kept; start.ps1 starts it again.'
