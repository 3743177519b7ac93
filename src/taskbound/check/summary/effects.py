"""What each method of a session does, and which calls of libraries wait or block."""

from __future__ import annotations

from taskbound.check.summary.facts import Does

METHODS: dict[str, tuple[Does, ...]] = {
    "execute": (Does.EXECUTES,), "exec": (Does.EXECUTES,), "scalars": (Does.EXECUTES,),
    "scalar": (Does.EXECUTES,),
    "stream": (Does.EXECUTES,), "stream_scalars": (Does.EXECUTES,), "get": (Does.EXECUTES,),
    "get_one": (Does.EXECUTES,),
    "refresh": (Does.EXECUTES,), "exec_driver_sql": (Does.EXECUTES,), "connection": (Does.EXECUTES,),
    "run_sync": (Does.EXECUTES,), "begin_nested": (), "flush": (Does.EXECUTES, Does.FLUSHES),
    "merge": (Does.EXECUTES, Does.CHANGES), "delete": (Does.EXECUTES, Does.CHANGES), "add": (Does.CHANGES,),
    "add_all": (Does.CHANGES,), "commit": (Does.COMMITS,), "rollback": (Does.ROLLS_BACK,),
    "close": (Does.CLOSES,),
    "reset": (Does.CLOSES,), "aclose": (Does.CLOSES,), "remove": (Does.CLOSES,), "invalidate": (Does.CLOSES,),
    "expire": (Does.EXPIRES,), "expire_all": (Does.EXPIRES,), "bulk_save_objects": (Does.EXECUTES,
    Does.WRITES),
}  # fmt: skip
WRITING = frozenset(("insert", "update", "delete"))

# Libraries whose awaited calls go to another machine, or to another program.
_EXTERNAL = frozenset((
    "httpx", "aiohttp", "requests", "openai", "anthropic", "cohere", "mistralai", "groq", "litellm",
    "google", "vertexai",
    "langchain", "langchain_core", "langchain_openai", "langchain_anthropic", "langchain_community",
    "langgraph",
    "llama_index", "pydantic_ai", "agents", "ollama", "replicate", "together", "voyageai", "aiobotocore",
    "aioboto3",
    "boto3", "redis", "aioredis", "aiocache", "aiokafka", "aio_pika", "aiormq", "nats", "faststream",
    "aiosmtplib",
    "fastapi_mail", "grpc", "grpclib", "websockets", "websocket", "asyncssh", "elasticsearch", "opensearchpy",
    "motor", "pymongo", "qdrant_client", "weaviate", "pinecone", "chromadb", "neo4j", "stripe", "twilio",
    "slack_sdk",
    "telegram", "aiogram", "telethon", "pyrogram", "discord", "playwright", "aioftp", "aiodocker",
    "kubernetes_asyncio",
    "temporalio", "prefect", "arq", "taskiq", "firebase_admin", "msgraph", "azure", "httpcore", "aiomqtt",
    "gql",
    "zeep", "tenacity_http", "mcp", "gidgethub", "githubkit", "notion_client", "hvac", "minio",
    "miniopy_async",
))  # fmt: skip
_EXTERNAL_NAMES = frozenset((
    "asyncio.sleep", "anyio.sleep", "trio.sleep", "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
    "asyncio.open_connection", "anyio.run_process", "anyio.connect_tcp", "asyncio.start_server",
))  # fmt: skip
# Of those libraries, what is awaited and goes nowhere.
_INNER = (
    "aiohttp.web.", "aiohttp.web_", "langchain_core.documents", "google.protobuf", "langgraph.graph",
    "discord.ui",
)  # fmt: skip
_NOT_SENT = frozenset((
    "close", "aclose", "__aenter__", "__aexit__", "json", "text", "read", "aread", "release", "pipeline",
    "register_script", "aget_graph", "aget_subgraphs",
))  # fmt: skip
_BLOCKING = frozenset((
    "time.sleep", "requests.get", "requests.post", "requests.put", "requests.patch", "requests.delete",
    "requests.head", "requests.request", "urllib.request.urlopen", "subprocess.run", "subprocess.call",
    "subprocess.check_call", "subprocess.check_output", "os.system", "socket.create_connection",
    "socket.getaddrinfo",
    "requests.Session.get", "requests.Session.post", "requests.Session.put", "requests.Session.delete",
    "requests.Session.patch", "requests.Session.request", "httpx.get", "httpx.post", "httpx.put",
    "httpx.delete",
    "httpx.patch", "httpx.request", "httpx.Client.get", "httpx.Client.post", "httpx.Client.put",
    "httpx.Client.delete",
    "httpx.Client.request", "psycopg2.connect", "pymysql.connect", "sqlite3.connect", "smtplib.SMTP",
    "ftplib.FTP",
))  # fmt: skip
LOCKS = frozenset(("asyncio.Lock()", "anyio.Lock()", "asyncio.locks.Lock()", "aiorwlock.RWLock()"))


def is_external(path: str) -> bool:
    """Does awaiting this call of a library wait for something that is not the database?"""
    name = path.replace("()", "")
    if name in _EXTERNAL_NAMES or name.startswith("asyncio.subprocess."):
        return True
    if ".wait" in name and name.startswith(
        ("asyncio.Event", "asyncio.create_subprocess", "asyncio.Condition")
    ):
        return True
    root = name.partition(".")[0]
    if root not in _EXTERNAL or name.rpartition(".")[2] in _NOT_SENT:
        return False
    return not name.startswith(_INNER)


def is_blocking(path: str) -> bool:
    """Does this call of a library hold the event loop?"""
    return path.replace("()", "") in _BLOCKING
