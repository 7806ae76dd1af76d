from tests.stage import Stage, shown


async def test_a_server_is_connected_and_its_accounts_are_listed(stage: Stage) -> None:
    assert "The key works and is stored" in shown(await stage.connect_useapi())
    listed = await stage.admin.slash(stage.channel, "accounts midjourney list")
    assert "Needs attention" in shown(listed)
